import { describe, expect, it } from 'vitest';
import { connectStreamTwiml, dialTwiml, hangupTwiml, holdTwiml, sayAndHangupTwiml, voicemailTwiml } from './twiml.ts';

const xml = '<?xml version="1.0" encoding="UTF-8"?>';

describe('the TwiML we answer with', () => {
  // Without the redirect the call would end with the stream, and a lost bridge would lose the call.
  it('connects a stream and says where to go on', () => {
    expect(connectStreamTwiml({ streamUrl: 'wss://x.test/m/b1/t', continueUrl: 'https://x.test/c?a=1&b=2' })).toBe(
      `${xml}<Response><Connect><Stream url="wss://x.test/m/b1/t"/></Connect>` +
        `<Redirect method="POST">https://x.test/c?a=1&amp;b=2</Redirect></Response>`,
    );
  });

  it('escapes what a business wrote and drops what XML cannot hold', () => {
    expect(sayAndHangupTwiml('Tom & "Ann" <3\u0000\ud800')).toBe(
      `${xml}<Response><Say>Tom &amp; "Ann" &lt;3 \ufffd</Say><Hangup/></Response>`,
    );
  });

  it('hangs up', () => {
    expect(hangupTwiml()).toBe(`${xml}<Response><Hangup/></Response>`);
  });

  // Without the redirect a caller who presses nothing would be hung up on.
  it('has a caller wait, with a key to press, and comes back', () => {
    expect(holdTwiml({ text: 'Second in line.', pauseSeconds: 3, pollUrl: 'https://x.test/h' })).toBe(
      `${xml}<Response><Gather input="dtmf" numDigits="1" timeout="1" action="https://x.test/h" method="POST">` +
        `<Say>Second in line.</Say><Pause length="3"/></Gather>` +
        `<Redirect method="POST">https://x.test/h</Redirect></Response>`,
    );
  });

  it('dials a person, and hears how that went', () => {
    const dial = { text: 'One moment.', number: '+13125550143', timeoutSeconds: 20, dialedUrl: 'https://x.test/d' };
    expect(dialTwiml(dial)).toBe(
      `${xml}<Response><Say>One moment.</Say><Dial action="https://x.test/d" method="POST" timeout="20">` +
        `<Number>+13125550143</Number></Dial></Response>`,
    );
  });

  it('does not leave a caller who said nothing without a word', () => {
    expect(voicemailTwiml({ greeting: 'Speak.', recordedUrl: 'https://x.test/r', lastWords: 'Goodbye.' })).toMatch(
      /<Record [^>]*\/><Say>Goodbye\.<\/Say><Hangup\/><\/Response>$/,
    );
  });

  // A Record without action fetches its own document again, for ever.
  it('records a message with somewhere to go afterwards', () => {
    const twiml = voicemailTwiml({
      greeting: 'Leave a message.',
      recordedUrl: 'https://x.test/r',
      recordingStatusUrl: 'https://x.test/s',
    });
    expect(twiml).toBe(
      `${xml}<Response><Say>Leave a message.</Say><Record action="https://x.test/r" method="POST" maxLength="120" ` +
        `playBeep="true" recordingStatusCallback="https://x.test/s"/></Response>`,
    );
  });
});
