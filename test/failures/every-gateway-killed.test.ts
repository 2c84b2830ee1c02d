// Pins: a caller who hears an error message, or nothing, because none of our processes that Twilio knows is left.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callEnded } from '@frontdesk/contracts/events/call';
import { root } from '@frontdesk/deploy/local/stack.ts';
import { expect, inject, test, vi } from 'vitest';
import { twilioControl } from '../simulators/twilio/control-client.ts';
import { callIn } from './scene/call.ts';
import { openDoors } from './scene/gateways.ts';
import { eventsOfType, expectSilenceOfAtMost } from './scene/intact.ts';
import { openScene } from './scene/scene.ts';
import { heardText, timesHeard, untilHeard } from './scene/sound.ts';
import { asksForTimes } from './scene/stories.ts';
import * as stage from './stage/stage.ts';

const PROMPT = 'leave a message after the tone';
const THANKS = 'we have your message';

test('every gateway killed: Twilio’s fallback takes a message, from those who talk and from those who call', async () => {
  await using _ = await stage.hold(['gateway', 'nats', 'postgres', 'booking', 'business-profile']);
  await using scene = await openScene({ name: 'Siskin Stoves', number: 79 });
  const { names, publicUrl } = await openDoors('siskin', 2);
  const options = { publicUrl, order: { fallbackUrl: await keptAtTwilio() } };
  const leavesWord = (message: string) => [
    { say: message, after: { words: [PROMPT] } },
    { waitForHangUp: true as const, timeoutMs: 20_000 },
  ];

  const talking = await callIn(
    '+17735550189',
    scene.business.number,
    [asksForTimes('Tamsin Hollin', 'Friday'), ...leavesWord('I would like the second one.')],
    options,
  );
  await talking.heard('I have Friday');
  await Promise.all(names.map((name) => stage.signal(name, 'SIGKILL')));
  const calling = await callIn('+17735550190', scene.business.number, leavesWord('My furnace is out.'), options);

  await Promise.all([talking, calling].map((call) => call.heard(THANKS)));
  const [cutOff, turnedAway] = await Promise.all([talking.ended(), calling.ended()]);
  expect(cutOff.recordings).toMatchObject([{ text: 'I would like the second one.' }]);
  expect(turnedAway.recordings).toMatchObject([{ text: 'My furnace is out.' }]);
  for (const report of [cutOff, turnedAway]) {
    expect(timesHeard(report, 'application error')).toBe(0);
    expect(report.script).toMatchObject({ done: true });
  }
  expect(heardText(turnedAway)).toMatch(/^We are sorry, we cannot take your call right now/);
  // Said again from the start when the bridge, a second later, sends Twilio to the gateways that are not there.
  expectSilenceOfAtMost(3_000, { report: untilHeard(cutOff, PROMPT) });
  // The bridge wrote down what there was of the conversation, though nobody came back to it.
  await vi.waitFor(
    async () => {
      const events = await scene.eventsOfType(callEnded);
      expect(events).toMatchObject([{ subject: talking.callSid, data: { reason: 'stream_lost' } }]);
    },
    { timeout: 20_000, interval: 250 },
  );
  expect(eventsOfType(await scene.eventsOfType(callEnded), callEnded)).toHaveLength(1);
});

/** The documents an operator is told to keep at Twilio. @returns the fallback address of the number */
async function keptAtTwilio(): Promise<string> {
  const { keepTwiml } = twilioControl(inject('failures').stack.twilio.apiUrl);
  const read = (name: string) => readFile(join(root, 'deploy', 'twilio', name), 'utf8');
  const thanks = await keepTwiml(await read('thanks.xml'));
  const fallback = (await read('fallback.xml')).replace(/https:\/\/handler\.twilio\.com\/twiml\/EH0+/, thanks);
  return keepTwiml(fallback);
}
