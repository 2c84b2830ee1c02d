/** A gateway asks, over HTTP so that it works while NATS is down, what Twilio should do with a call. 404: not mine. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { nextStepPath, type nextStepReply } from '@frontdesk/contracts/media-bridge/next-step';
import type { z } from 'zod';
import type { LiveCalls } from '../store/live-calls.ts';

const path = /^\/calls\/(CA[0-9a-f]{32})\/next$/;

/** @returns whether the request was for this route */
export function serveNextStep(calls: LiveCalls): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const url = request.url?.split('?', 1)[0] ?? '';
    const callSid = path.exec(url)?.[1];
    if (request.method !== 'GET' || callSid === undefined || url !== nextStepPath(callSid)) return false;
    const next = calls.next(callSid);
    if (next === undefined) return answer(response, 404, { error: 'not_mine' });
    return answer(response, 200, { callSid, next } satisfies z.input<typeof nextStepReply>);
  };
}

function answer(response: ServerResponse, status: number, body: object): true {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  return true;
}
