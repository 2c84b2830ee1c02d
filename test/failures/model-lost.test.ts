// Pins: a call that dies or forgets with the model's socket, however it is lost.
import { callDegraded } from '@frontdesk/contracts/events/call';
import { expect, test } from 'vitest';
import { callIn } from './scene/call.ts';
import { eventsOfType, expectOneBooking, expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { makeModel, sessionsOf } from './scene/model.ts';
import { openScene } from './scene/scene.ts';
import { timesHeard } from './scene/sound.ts';
import { asksForTimes, leaves, OFFER, picks } from './scene/stories.ts';
import * as stage from './stage/stage.ts';

const APOLOGY = 'I lost you for a moment';

const losses = [
  // In the middle of a sentence: what was said of it is all there ever will be.
  { kind: 'drop', at: 'audio', name: 'Kestrel Air', number: 70, caller: 'Elodie Bellweather', silenceMs: 2_000 },
  // Nothing says that it is gone: it has to be noticed.
  { kind: 'stall', at: 'audio', name: 'Osprey Air', number: 71, caller: 'Farid Corvane', silenceMs: 8_000 },
  // Everything was said already and is still being played: the caller notices nothing.
  { kind: 'drop', at: 'now', name: 'Merlin Air', number: 72, caller: 'Nadia Ivesdale', silenceMs: 2_000 },
  { kind: 'expire', at: 'now', name: 'Falcon Air', number: 73, caller: 'Maren Dunmoor', silenceMs: 2_000 },
] as const;

test.concurrent.for(losses)(
  'the model’s socket is lost ($kind, $at): another session goes on with the whole conversation',
  async ({ kind, at, name, number, caller, silenceMs }) => {
    await using _ = await stage.hold(['gateway', 'nats', 'postgres', 'booking', 'business-profile']);
    await using scene = await openScene({ name, number });
    const noticed = at === 'audio';
    const steps = [asksForTimes(caller, 'Tuesday'), picks(noticed ? APOLOGY : OFFER), ...leaves];
    const call = await callIn(`+177355501${number}`, scene.business.number, steps);
    await call.heard(noticed ? 'how can I help you' : 'I have Tuesday');
    await makeModel({ ...suffering(kind, at), instructionsInclude: name });

    const aftermath = await scene.aftermath(call);
    expectSilenceOfAtMost(silenceMs, aftermath);
    expect(timesHeard(aftermath.report, APOLOGY)).toBe(noticed ? 1 : 0);
    expect(aftermath.report.streams).toHaveLength(1);
    const degraded = eventsOfType(aftermath.events, callDegraded);
    expect(degraded).toMatchObject([{ data: { reason: 'model_lost' } }]);
    expectOneBooking(aftermath, caller);
    expectOneConversation(aftermath);
    expect((await sessionsOf(name)).length).toBe(2);
  },
);

function suffering(kind: (typeof losses)[number]['kind'], at: (typeof losses)[number]['at']) {
  return kind === 'expire' ? ({ kind } as const) : ({ kind, at } as const);
}
