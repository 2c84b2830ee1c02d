/**
 * Requests between services. A contract declares one verb of one service once; both sides validate with it and nobody
 * else writes a subject.
 *
 * Subject: `rpc.v1.<service>.<verb>.<token>`. The token is the business the request is about, `_` where there is no
 * tenant, or the pod id where one certain process is asked. It is last so that subject mapping can pin or partition
 * one business. Who the tenant is comes from the subject, never from the body.
 */
import { z } from 'zod';
import { businessId, NO_BUSINESS, podId } from './ids.ts';

export type RpcScope = 'business' | 'none' | 'pod';

export interface RpcContract<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> {
  readonly service: string;
  readonly verb: string;
  readonly scope: RpcScope;
  readonly request: Request;
  readonly reply: Reply;
  /** How long the asker waits unless it says otherwise. */
  readonly timeoutMs: number;
}

const token = /^[a-z][a-z0-9-]*$/;

export function defineRpc<Request extends z.ZodType, Reply extends z.ZodType>(
  contract: RpcContract<Request, Reply>,
): RpcContract<Request, Reply> {
  if (!token.test(contract.service) || !token.test(contract.verb)) {
    throw new Error(`not a legal subject: ${contract.service}.${contract.verb}`);
  }
  return Object.freeze(contract);
}

/** The exact subject of a request. Throws when the target is not a legal token for the contract's scope. */
export function rpcSubject(contract: RpcContract, target: string): string {
  return `rpc.v1.${contract.service}.${contract.verb}.${checkedTarget(contract, target)}`;
}

/** What a server of this contract listens on: every tenant, or (for a pod's contract) itself alone. */
export function rpcServerSubject(contract: RpcContract, ownPodId?: string): string {
  if (contract.scope === 'pod') return rpcSubject(contract, ownPodId ?? '');
  return `rpc.v1.${contract.service}.${contract.verb}.${contract.scope === 'none' ? NO_BUSINESS : '*'}`;
}

/** The last token of a subject, checked against the contract's scope. */
export function targetOfSubject(contract: RpcContract, subject: string): string {
  return checkedTarget(contract, subject.slice(subject.lastIndexOf('.') + 1));
}

function checkedTarget(contract: RpcContract, target: string): string {
  if (contract.scope === 'none') return z.literal(NO_BUSINESS).parse(target);
  return (contract.scope === 'pod' ? podId : businessId).parse(target);
}
