/** Tells the gateways once a second that this bridge is there, and how much room it has. */
import { type BridgeAnnouncement, bridgeAnnouncement } from '@frontdesk/contracts/media-bridge/announcement';
import type { Clock } from '@frontdesk/lifecycle';
import type { Messaging } from '@frontdesk/messaging';

const EVERY_MS = 1_000;

export interface Announcer extends Disposable {
  /** Says it now, so that a change of state is not known a second late. */
  now(): void;
}

export function announceBridge(messaging: Messaging, clock: Clock, read: () => BridgeAnnouncement): Announcer {
  let timer: Disposable | undefined;
  function now(): void {
    timer?.[Symbol.dispose]();
    timer = clock.after(EVERY_MS, now);
    const announcement = read();
    if (messaging.connected) messaging.signal(bridgeAnnouncement, announcement.podId, announcement);
  }
  now();
  return { now, [Symbol.dispose]: () => timer?.[Symbol.dispose]() };
}
