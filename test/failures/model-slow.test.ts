// Pins: a model that is only slow, or short of capacity for a moment, treated as one that is gone; and a caller who pays
// for it with the call.
import { callDegraded, callEnded } from '@frontdesk/contracts/events/call';
import { expect, test } from 'vitest';
import { callIn } from './scene/call.ts';
import { eventsOfType, expectOneBooking, expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { makeModel, sessionsOf } from './scene/model.ts';
import { openScene } from './scene/scene.ts';
import { timesHeard } from './scene/sound.ts';
import { asksForTimes, leaves, OFFER, picks } from './scene/stories.ts';
import * as stage from './stage/stage.ts';

const troubles = [
  {
    what: 'takes four seconds to find its words',
    fault: { kind: 'slow_first_audio', latencyMs: 4_000 },
    name: 'Dotterel Air',
    number: 83,
    caller: 'Imogen Fenwillow',
    degraded: [],
    silenceMs: 6_000,
  },
  {
    what: 'answers that the rate limit is reached, twice',
    fault: { kind: 'fail_response', code: 'rate_limit_exceeded', count: 2 },
    name: 'Whimbrel Air',
    number: 84,
    caller: 'Leopold Garrowby',
    degraded: [{ data: { reason: 'model_refused' } }, { data: { reason: 'model_refused' } }],
    silenceMs: 6_000,
  },
] as const;

test.concurrent.for(troubles)(
  'a model that $what: the caller hears the answer, and the call ends well',
  async ({ fault, name, number, caller, degraded, silenceMs }) => {
    await using _ = await stage.hold(['gateway', 'nats', 'postgres', 'booking', 'business-profile']);
    await using scene = await openScene({ name, number });
    const steps = [asksForTimes(caller, 'Wednesday'), picks(OFFER), ...leaves];
    const call = await callIn(`+177355501${number}`, scene.business.number, steps);
    await call.heard('how can I help you');
    await makeModel({ ...fault, instructionsInclude: name });

    const aftermath = await scene.aftermath(call);
    expectSilenceOfAtMost(silenceMs, aftermath);
    expect(timesHeard(aftermath.report, 'sorry')).toBe(0);
    expect(eventsOfType(aftermath.events, callDegraded)).toMatchObject(degraded);
    expect(eventsOfType(aftermath.events, callEnded)).toMatchObject([{ data: { reason: 'goodbye' } }]);
    expect(await sessionsOf(name)).toHaveLength(1);
    expectOneBooking(aftermath, caller);
    expectOneConversation(aftermath);
  },
);
