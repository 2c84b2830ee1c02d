import type { reserveCall } from '@frontdesk/contracts/media-bridge/reserve-call';
import type { z } from 'zod';

/** A gateway's wish that this bridge takes a call. */
export type Reservation = z.output<typeof reserveCall.request>;
