/** WebSocket frames (RFC 6455 §5) cut and made by hand, where a library would cost more than what is done with them. */

export { FrameLane, type FrameLaneEnds, UNMASKED_HEADER_BYTES } from './frame-lane.ts';
export { frameSize, NEED_MORE } from './frame-size.ts';
export { textFrame, textFrameAround } from './text-frame.ts';
