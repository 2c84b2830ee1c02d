import { z } from 'zod';
import { resourceDefinition } from '../booking/put-resource.ts';
import { defineHttp, none } from './http.ts';
import { retired } from './retired.ts';

const { shape } = resourceDefinition;

/** Somebody or something that is booked: staff, a room, a vehicle. */
const resource = z.strictObject({
  name: shape.name,
  kind: shape.kind,
  service_ids: shape.serviceIds,
  skills: shape.skills,
  languages: shape.languages,
  weekly_hours: shape.weeklyHours,
  exceptions: shape.exceptions,
  max_per_day: shape.maxPerDay,
});

export const listResourcesHttp = defineHttp({
  method: 'GET',
  path: '/api/v1/resources',
  summary: 'Who and what is booked, with working hours and exceptions.',
  params: none,
  query: none,
  reply: z.object({
    success: z.literal(true),
    resources: z.array(
      resource.extend({
        resource_id: z.uuid(),
        /** None when every service it was for is retired. */
        service_ids: z.array(z.uuid()),
      }),
    ),
  }),
  status: 200,
});

export const putResourceHttp = defineHttp({
  method: 'PUT',
  path: '/api/v1/resources',
  summary: 'Adds a resource, or replaces the one of that id, or of that name when no id is given.',
  params: none,
  query: none,
  body: resource.extend({ resource_id: z.uuid().optional() }),
  reply: z.object({ success: z.literal(true), resource_id: z.uuid() }),
  status: 200,
});

export const deleteResourceHttp = defineHttp({
  method: 'DELETE',
  path: '/api/v1/resources/{id}',
  summary: 'Takes a resource off the offer. Its appointments stay as they are.',
  params: z.strictObject({ id: z.uuid() }),
  query: none,
  reply: retired,
  status: 200,
});
