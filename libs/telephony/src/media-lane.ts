/** Twilio's media stream, parted: audio and marks for whoever takes them, everything else for a WebSocket library. */
import { FrameLane, type FrameLaneEnds } from '@frontdesk/websocket';

/** Twilio's frames of 20 ms have about 400 bytes. */
const MAX_MEDIA_FRAME_BYTES = 4_096;

export function createMediaLane(ends: FrameLaneEnds): FrameLane {
  return new FrameLane(ends, { masked: true, maxBytes: MAX_MEDIA_FRAME_BYTES });
}
