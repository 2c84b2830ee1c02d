/**
 * What the model may do. A tool is its arguments' schema (shown to the model as JSON schema, and checked on every call)
 * and two pure steps: `plan` turns arguments into a request to a service or into an immediate answer, `conclude` turns
 * the service's reply into what the model is told.
 *
 * Who calls, for which business and in which call is never an argument: it comes from the call.
 */
import type { bookSlot } from '@frontdesk/contracts/booking/book-slot';
import type { cancelAppointment } from '@frontdesk/contracts/booking/cancel-appointment';
import type { findSlots } from '@frontdesk/contracts/booking/find-slots';
import type { lookUpAppointments } from '@frontdesk/contracts/booking/look-up-appointments';
import type { moveAppointment } from '@frontdesk/contracts/booking/move-appointment';
import type { CallerTrust } from '@frontdesk/contracts/business-profile/agent-profile';
import type { searchKnowledge } from '@frontdesk/contracts/business-profile/search-knowledge';
import type { Attestation } from '@frontdesk/contracts/caller-profile/recognise-caller';
import type { saveCallerName } from '@frontdesk/contracts/caller-profile/save-caller-name';
import type { ToolOutcome } from '@frontdesk/contracts/events/call';
import type { TeamNote } from '@frontdesk/contracts/events/message';
import type { RpcContract } from '@frontdesk/contracts/rpc';
import { z } from 'zod';
import type { AppointmentHandles } from '../appointment-handles.ts';
import type { SlotHandles } from '../slot-handles.ts';
import type { SpokenLanguage } from '../spoken-language.ts';
import type { SpokenTurn, ToolUse } from '../transcript.ts';

interface Asked<Contract extends RpcContract> {
  request: z.input<Contract['request']>;
  reply: z.output<Contract['reply']>;
}

/** Every request a tool can make, by the name of its contract; `takeMessage` is answered by the bridge itself. */
export interface ToolRequests {
  bookSlot: Asked<typeof bookSlot>;
  cancelAppointment: Asked<typeof cancelAppointment>;
  findSlots: Asked<typeof findSlots>;
  lookUpAppointments: Asked<typeof lookUpAppointments>;
  moveAppointment: Asked<typeof moveAppointment>;
  saveCallerName: Asked<typeof saveCallerName>;
  searchKnowledge: Asked<typeof searchKnowledge>;
  /** `recorded`: another bridge would know of it by now. */
  takeMessage: { request: TeamNote; reply: { message: TeamNote; recorded: boolean } };
}

export type ToolRequest = {
  [Name in keyof ToolRequests]: { to: Name; body: ToolRequests[Name]['request'] };
}[keyof ToolRequests];

export type ToolReply = {
  [Name in keyof ToolRequests]: { from: Name; body: ToolRequests[Name]['reply'] };
}[keyof ToolRequests];

/** What a tool may know of the call it runs in. */
export interface ToolScene {
  callSid: string;
  /** The caller's number, null when withheld. */
  phone: string | null;
  /** The business's number that the call came to. */
  businessNumber: string;
  /** How far that number is proved, and how much of that the business asks for. */
  attestation: Attestation;
  trust: CallerTrust;
  slots: SlotHandles;
  appointments: AppointmentHandles;
  language: SpokenLanguage;
  /** What was said and asked so far. */
  past: readonly (SpokenTurn | ToolUse)[];
  /** The business's local date and time, as spoken. */
  now: string;
}

export type ToolPlan =
  | { kind: 'ask'; request: ToolRequest }
  | { kind: 'answer'; outcome: ToolOutcome; output: unknown }
  /** The call is to end; the session decides when. */
  | { kind: 'end_call' };

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly arguments: z.ZodType;
  /** It changes something outside the call, so its intent is recorded before it is sent. */
  readonly sideEffecting: boolean;
  /** Told to the model when the service cannot be reached: nothing happened. */
  readonly unavailable: string;
  /** Told to the model when no answer came in time: it may or may not have happened. */
  readonly unanswered: string;
  plan(args: unknown, scene: ToolScene): ToolPlan;
  conclude(reply: ToolReply, scene: ToolScene): unknown;
}

/** What a model is shown of a tool. */
export interface ToolOffer {
  name: string;
  description: string;
  parameters: Record<string, unknown>;
}

export function defineTool<Args extends z.ZodType, To extends keyof ToolRequests>(definition: {
  name: string;
  description: string;
  arguments: Args;
  sideEffecting: boolean;
  unavailable: string;
  unanswered?: string;
  to: To;
  plan(args: z.output<Args>, scene: ToolScene): ToolPlan;
  conclude(reply: ToolRequests[To]['reply'], scene: ToolScene): unknown;
}): Tool {
  const { plan, conclude, to, ...rest } = definition;
  return {
    ...rest,
    unanswered: rest.unanswered ?? rest.unavailable,
    plan: (args, scene) => plan(definition.arguments.parse(args), scene),
    conclude(reply, scene) {
      if (!isReplyFrom(reply, to)) throw new Error(`${definition.name} was given the reply of another request`);
      return conclude(reply.body, scene);
    },
  };
}

export function offerOf(tool: Tool): ToolOffer {
  const { $schema: _, ...parameters } = z.toJSONSchema(tool.arguments, { io: 'input' });
  return { name: tool.name, description: tool.description, parameters };
}

/** A refusal the model can say aloud. */
export function refused(message: string): ToolPlan {
  return { kind: 'answer', outcome: 'refused', output: { error: 'not_found', message } };
}

export const noSuchTime = refused('No such time was offered in this call. Use find_slots and offer its times.');
export const noSuchAppointment = refused(
  'No such appointment was spoken of in this call. Use look_up_appointments first.',
);

/** What the model filled in: some send empty texts for what is optional. */
export function given<Args extends Record<string, unknown>>(
  args: Args,
): { [Name in keyof Args]?: NonNullable<Args[Name]> } {
  const filled = Object.entries(args).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(filled) as { [Name in keyof Args]?: NonNullable<Args[Name]> };
}

function isReplyFrom<Name extends keyof ToolRequests>(
  reply: ToolReply,
  name: Name,
): reply is Extract<ToolReply, { from: Name }> {
  return reply.from === name;
}
