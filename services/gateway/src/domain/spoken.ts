/** What a caller hears from the gateway itself, when there is no receptionist to say it. */

export const UNKNOWN_NUMBER =
  'We are sorry, this number is not in service. Please check the number and call again. Goodbye.';
export const QUEUE_FULL =
  'Thank you for calling. All our lines are busy right now. Please call again in a few minutes. Goodbye.';
export const NOT_AVAILABLE =
  'We are sorry, we cannot take your call right now. Please call again in a few minutes. Goodbye.';
export const TOO_MANY_CALLS =
  'Thank you for calling. We have had many calls from this number. Please try again later. Goodbye.';
export const CUT_OFF = 'We are sorry, we were cut off. Please call again. Goodbye.';
export const CUT_OFF_CALLBACK =
  'We are sorry, we were cut off and cannot go on right now. We will call you back as soon as we can. Goodbye.';
export const CONNECTING = 'One moment please, I am connecting you with somebody who can help.';
export const VOICEMAIL = 'We cannot take your call right now. Please leave a message after the tone.';
export const WAITED_LONG =
  'Thank you for your patience. All our lines are still busy. Please leave a message after the tone, and we will get back to you.';
export const NOTHING_RECORDED = 'We did not hear a message. Goodbye.';
export const RECORDED = 'Thank you. We have your message. Goodbye.';
export const CALLBACK_PROMISED = 'Thank you. We will call you back as soon as we can. Goodbye.';

/** Every fourth round the choices are said again; in between only where the caller stands. */
const CHOICES_EVERY = 4;

/**
 * @param position 1 is next
 * @param mayBeCalledBack there is a number to call
 */
export function onHold(position: number, round: number, mayBeCalledBack: boolean): string {
  const place = position <= 1 ? 'You are next in line.' : `You are number ${position} in line.`;
  if (round % CHOICES_EVERY > 0) return `${place} Please stay on the line.`;
  const opening = round === 0 ? 'Thank you for calling. All our lines are busy right now.' : 'All our lines are busy.';
  const callBack = mayBeCalledBack ? 'Press 1 and we will call you back. ' : '';
  return `${opening} ${place} Please stay on the line. ${callBack}Press 2 to leave a message.`;
}
