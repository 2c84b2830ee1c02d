import { z } from 'zod';
import { serviceDefinition } from '../booking/put-service.ts';
import { defineHttp, none } from './http.ts';
import { retired } from './retired.ts';

const { shape } = serviceDefinition;

/** Something that can be booked. */
const service = z.strictObject({
  name: shape.name,
  description: shape.description,
  duration_minutes: shape.durationMinutes,
  buffer_before_minutes: shape.bufferBeforeMinutes,
  buffer_after_minutes: shape.bufferAfterMinutes,
  price_text: shape.priceText,
  skills: shape.skills,
  also_needs: shape.alsoNeeds,
  place: shape.place,
});

export const listServicesHttp = defineHttp({
  method: 'GET',
  path: '/api/v1/services',
  summary: 'What can be booked.',
  params: none,
  query: none,
  reply: z.object({ success: z.literal(true), services: z.array(service.extend({ service_id: z.uuid() })) }),
  status: 200,
});

export const putServiceHttp = defineHttp({
  method: 'PUT',
  path: '/api/v1/services',
  summary: 'Adds a service, or replaces the one of that id, or of that name when no id is given.',
  params: none,
  query: none,
  body: service.extend({ service_id: z.uuid().optional() }),
  reply: z.object({ success: z.literal(true), service_id: z.uuid() }),
  status: 200,
});

export const deleteServiceHttp = defineHttp({
  method: 'DELETE',
  path: '/api/v1/services/{id}',
  summary: 'Takes a service off the offer. Its appointments stay as they are.',
  params: z.strictObject({ id: z.uuid() }),
  query: none,
  reply: retired,
  status: 200,
});
