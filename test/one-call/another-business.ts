/** A business of a test's own on the running stack, and calls to it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { createBusiness } from '@frontdesk/contracts/business-profile/create-business';
import { RELEASE } from '@frontdesk/contracts/release';
import { applySeed, type SeededBusiness } from '@frontdesk/deploy/local/apply-seed.ts';
import { homeServices } from '@frontdesk/deploy/local/seeds/home-services.ts';
import { connectMessaging, type Messaging } from '@frontdesk/messaging';
import { createLogger } from '@frontdesk/observability';
import { inject } from 'vitest';
import type { z } from 'zod';
import { twilioControl } from '../simulators/twilio/control-client.ts';
import type { CallReport, Utterance } from '../simulators/twilio/report.ts';
import type { Step } from '../simulators/twilio/script.ts';
import './provided.ts';

type Agent = NonNullable<z.input<typeof createBusiness.request>['agent']>;

export function connectOperator(): Promise<Messaging> {
  const { nats } = inject('oneCall').stack;
  return connectMessaging({
    servers: nats.url,
    credsFile: nats.adminCreds,
    service: 'admin',
    instanceId: 'one-call',
    version: RELEASE,
    log: createLogger({ service: 'one-call', instanceId: 'one-call', level: 'silent' }),
  });
}

/** @param number the last two digits of +1312555 01xx */
export async function openBusiness(name: string, number: number, agent: Agent): Promise<SeededBusiness> {
  const { twilio: account } = inject('oneCall').stack;
  const twilio = { accountSid: account.accountSid, authToken: account.authToken };
  await using operator = await connectOperator();
  const credsDir = await mkdtemp(join(tmpdir(), 'frontdesk-creds-'));
  const businessId = name.toLowerCase().replaceAll(' ', '-');
  const business = { ...homeServices.business, businessId, name, numbers: [`+131255501${number}`], agent };
  try {
    return await applySeed(operator, { ...homeServices, business }, { twilio, credsDir });
  } finally {
    await rm(credsDir, { recursive: true, force: true });
  }
}

/** One call to its end. */
export async function callTo(to: string, from: string, steps: readonly Step[]): Promise<CallReport> {
  const { stack } = inject('oneCall');
  const telephone = twilioControl(stack.twilio.apiUrl);
  const callSid = await telephone.placeCall({
    ...{ from, to, stirVerstat: 'TN-Validation-Passed-A', caller: { steps: [...steps] } },
    voiceUrl: `${stack.gateway.publicUrl}/api/v1/voice/incoming#rc=5&rp=all`,
    statusCallback: `${stack.gateway.publicUrl}/api/v1/voice/call-status#rc=5&rp=all`,
  });
  return telephone.ended(callSid, 30_000);
}

/** Both ends in the order they were heard; silences are the time between one and the next. */
export function conversationOf({ heard, said }: CallReport): (Utterance & { who: string; silenceBeforeMs: number })[] {
  const all = [
    ...heard.map((utterance) => ({ ...utterance, who: 'receptionist' })),
    ...said.map((utterance) => ({ ...utterance, who: 'caller' })),
  ].sort((one, other) => one.startMs - other.startMs);
  return all.map((each, index) => ({ ...each, silenceBeforeMs: each.startMs - (all[index - 1]?.endMs ?? 0) }));
}
