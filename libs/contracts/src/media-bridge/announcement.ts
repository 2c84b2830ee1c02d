/** What every bridge says about itself once a second. Silent for 3 s means gone. */
import { z } from 'zod';
import { podId, pool } from '../ids.ts';
import { defineSignal } from '../signal.ts';

export const bridgeAnnouncement = defineSignal({
  service: 'media-bridge',
  what: 'announce',
  body: z.object({
    podId,
    /** `host:port` of its HTTP listener: media sockets, /healthz, /calls/<CallSid>/next. */
    address: z.string().regex(/^[A-Za-z0-9.:[\]-]+:\d+$/),
    pool,
    zone: z.string(),
    version: z.string(),
    active: z.int().min(0),
    capacity: z.int().min(0),
    state: z.enum(['ready', 'draining']),
    loopLagMs: z.number().min(0),
  }),
});
export type BridgeAnnouncement = z.infer<typeof bridgeAnnouncement.body>;
