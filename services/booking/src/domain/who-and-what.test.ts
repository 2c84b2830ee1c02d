/** Pins whom a caller means, that nobody is ever put in another's place, and that a refusal names what there is. */
import { expect, it } from 'vitest';
import { catalog, resource, service } from './testing.ts';
import { type Moved, type Said, whoAndWhat } from './who-and-what.ts';

const both = ['tune-up', 'massage'];
const shop = catalog({
  services: [
    service(),
    service({ serviceId: 'massage', name: 'Massage', alsoNeeds: ['room'] }),
    service({ serviceId: 'surgery', name: 'Surgery', skills: ['surgeon'] }),
    service({ serviceId: 'survey', name: 'Survey', alsoNeeds: ['vehicle'] }),
  ],
  resources: [
    resource('Dr. Dana Whitfield', { resourceId: 'dana', serviceIds: both, languages: ['en', 'es-MX'] }),
    resource('Danae Ortiz', { resourceId: 'danae', skills: ['Deep-tissue', 'Boilers'] }),
    resource('Eli Stone', { resourceId: 'eli', languages: ['en'], skills: ['boilers'] }),
    resource('Eli Marsh', { resourceId: 'eli-2', serviceIds: ['massage', 'surgery', 'survey'] }),
    resource('Blue room', { resourceId: 'blue', kind: 'room', serviceIds: ['massage'] }),
  ],
});

function asked(said: Said, moved?: Moved): string {
  const result = whoAndWhat(shop, said, moved);
  if (!result.ok) return result.reason;
  const people = result.performers.map(({ resourceId }) => resourceId).join(', ');
  return `${result.service.name}: ${people}${result.named ? ' (named)' : ''}`;
}

it.each<[Said, string]>([
  [{}, 'Tune-up: dana, danae, eli'],
  [{ service: 'massage' }, 'Massage: dana, eli-2'],
  [{ resource: 'Dana' }, 'Tune-up: dana (named)'],
  [{ resource: 'doctor whitfield please' }, 'Tune-up: dana (named)'],
  [{ resource: 'DANAÉ' }, 'Tune-up: danae (named)'],
  [{ resource: 'Whit' }, 'Tune-up: dana (named)'],
  [{ resource: 'anyone is fine' }, 'Tune-up: dana, danae, eli'],
  [{ resource: 'Eli' }, 'Tune-up: eli (named)'],
  [{ language: 'es' }, 'Tune-up: dana, danae (named)'],
  [{ skill: 'boiler' }, 'Tune-up: danae, eli (named)'],
  [{ skill: 'deep tissue massage' }, 'Tune-up: danae (named)'],
  [{ skill: 'boilers', language: 'en-GB', resource: 'Eli' }, 'Tune-up: eli (named)'],
])('%o means %s', (said, expected) => {
  expect(asked(said)).toBe(expected);
});

it.each<[Said, string]>([
  [{ service: 'haircut' }, 'there is no such service; there are: Tune-up, Massage, Surgery, Survey'],
  [
    { resource: 'Mark' },
    'there is nobody of that name for Tune-up; there are: Dr. Dana Whitfield, Danae Ortiz, Eli Stone',
  ],
  [{ resource: 'Dana Stone' }, expect.stringContaining('there is nobody of that name')],
  [
    { service: 'massage', resource: 'Danae' },
    'Danae Ortiz does not do Massage; there are: Dr. Dana Whitfield, Eli Marsh',
  ],
  [
    { resource: 'Eli', language: 'es' },
    'Eli Stone does not fit what was asked for; there are: Dr. Dana Whitfield, Danae Ortiz',
  ],
  [{ service: 'massage', resource: 'the blue room' }, expect.stringContaining('Blue room does not do Massage')],
  [{ skill: 'plumbing' }, 'nobody who fits does that; there are: Deep-tissue, boilers'],
  [{ service: 'surgery' }, 'nobody takes appointments for Surgery at the moment'],
  [{ service: 'survey' }, 'Survey takes a vehicle, and there is none for it'],
])('%o is refused: %s', (said, expected) => {
  expect(asked(said)).toEqual(expected);
});

it('names the languages there are', () => {
  const one = catalog({ resources: [resource('Eli', { languages: ['en', 'pl'] })] });
  expect(whoAndWhat(one, { language: 'fr' })).toEqual({
    ok: false,
    reason: 'nobody who does Tune-up speaks French; there are: English, Polish',
  });
});

it('means the appointment’s own service and person when one is moved, unless something else is said', () => {
  const moved = { serviceId: 'massage', serviceName: 'Massage', resourceId: 'dana' };
  expect(asked({}, moved)).toBe('Massage: dana (named)');
  expect(asked({ resource: 'anybody' }, moved)).toBe('Massage: dana, eli-2');
  expect(asked({ resource: 'Marsh' }, moved)).toBe('Massage: eli-2 (named)');
  expect(asked({ service: 'tune-up' }, moved)).toBe('Tune-up: dana (named)');
  expect(asked({}, { ...moved, resourceId: 'gone' })).toBe('Massage: dana, eli-2');
  expect(asked({}, { serviceId: 'gone', serviceName: 'Sauna', resourceId: 'dana' })).toBe(
    'Sauna is no longer offered; there are: Tune-up, Massage, Surgery, Survey',
  );
});
