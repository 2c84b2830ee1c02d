/** The form fields that come with every request about a call. */

export interface CallForm {
  callSid: string;
  accountSid: string;
  from: string;
  to: string;
  direction: 'inbound' | 'outbound-api';
  status: string;
  stirVerstat?: string | undefined;
  forwardedFrom?: string | undefined;
}

const PLACES: Readonly<Record<string, readonly [string, string, string]>> = {
  '212': ['NEW YORK', 'NY', '10001'],
  '213': ['LOS ANGELES', 'CA', '90012'],
  '312': ['CHICAGO', 'IL', '60601'],
};

export function callForm(call: CallForm): Record<string, string> {
  const { from, to } = call;
  return {
    AccountSid: call.accountSid,
    ApiVersion: '2010-04-01',
    CallSid: call.callSid,
    CallStatus: call.status,
    CallToken: Buffer.from(call.callSid).toString('base64'),
    Direction: call.direction,
    From: from,
    Caller: from,
    To: to,
    Called: to,
    ...place('From', from),
    ...place('Caller', from),
    ...place('To', to),
    ...place('Called', to),
    CallerName: '',
    ...(call.stirVerstat ? { StirVerstat: call.stirVerstat } : {}),
    ...(call.forwardedFrom ? { ForwardedFrom: call.forwardedFrom } : {}),
  };
}

function place(prefix: string, number: string): Record<string, string> {
  const [city = '', state = '', zip = ''] = PLACES[number.slice(2, 5)] ?? [];
  const country = number.startsWith('+1') ? 'US' : '';
  return { [`${prefix}City`]: city, [`${prefix}State`]: state, [`${prefix}Zip`]: zip, [`${prefix}Country`]: country };
}

/** RFC 2822, as Twilio writes times in forms and in JSON. */
export function rfc2822(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000');
}
