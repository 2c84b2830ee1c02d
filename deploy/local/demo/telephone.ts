/** Places calls through the simulated telephone network and waits for their end. */
import { z } from 'zod';
import { type CallReport, callReport } from './call-report.ts';
import type { CallerStory } from './story.ts';

const placed = z.object({ callSid: z.string() });

/** Longer than any story; a call that lasts longer hangs. */
const CALL_TIMEOUT_MS = 180_000;

export interface PlaceOptions {
  /** Damages a word on its way, in each direction. */
  corruptFrame?: boolean;
  /** How well the carrier vouches for the caller's number; fully by default. */
  stirVerstat?: string;
}

export interface Telephone {
  /** @returns the CallSid */
  place(story: CallerStory, to: string, options?: PlaceOptions): Promise<string>;
  /** @throws Error when the call does not end in time */
  ended(callSid: string, signal: AbortSignal): Promise<CallReport>;
}

export function openTelephone(simulatorUrl: string, publicUrl: string): Telephone {
  return {
    async place(story, to, { corruptFrame = false, stirVerstat = 'TN-Validation-Passed-A' } = {}) {
      const order = {
        from: story.phone,
        to,
        // As the README has it set in Twilio's console: the fragment asks Twilio to try again after any failure.
        voiceUrl: `${publicUrl}/api/v1/voice/incoming#rc=5&rp=all`,
        statusCallback: `${publicUrl}/api/v1/voice/call-status#rc=5&rp=all`,
        stirVerstat,
        caller: { steps: story.steps },
        ...(corruptFrame ? { faults: { corruptFrame } } : {}),
      };
      const response = await fetch(`${simulatorUrl}/simulator/calls`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(order),
        signal: AbortSignal.timeout(10_000),
      });
      if (!response.ok) throw new Error(`the telephone network refused the call: ${await response.text()}`);
      return placed.parse(await response.json()).callSid;
    },
    async ended(callSid, signal) {
      const url = `${simulatorUrl}/simulator/calls/${callSid}/ended?timeoutMs=${CALL_TIMEOUT_MS}`;
      const response = await fetch(url, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_TIMEOUT_MS + 10_000)]),
      });
      if (response.status === 408) throw new Error(`the call was not over after ${CALL_TIMEOUT_MS / 1_000} s`);
      return callReport.parse(await response.json());
    },
  };
}
