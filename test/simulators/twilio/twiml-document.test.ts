import { dialTwiml, holdTwiml, voicemailTwiml } from '@frontdesk/telephony';
import { describe, expect, it } from 'vitest';
import { parseTwiml } from './twiml-document.ts';
import { readVerb } from './twiml-verbs.ts';

const document = (inside: string) => `<?xml version="1.0" encoding="UTF-8"?><Response>${inside}</Response>`;
const url = 'https://frontdesk.test/voice';
const read = (inside: string, at: string | undefined = url) =>
  parseTwiml(document(inside)).map((element) => readVerb(element, at));
const stream = (attributes: string, inside = '') => `<Connect><Stream ${attributes}>${inside}</Stream></Connect>`;

describe('TwiML', () => {
  it('is read verb by verb, with Twilio’s defaults', () => {
    expect(
      read(
        `<Say>Tom &amp; Ann</Say><Pause/><Pause length="3"/><Redirect>/next?a=1</Redirect><Hangup/><Reject/>` +
          `<Reject reason="busy"/><!-- kept quiet -->`,
      ),
    ).toEqual([
      { kind: 'say', text: 'Tom & Ann', times: 1 },
      { kind: 'pause', ms: 1000 },
      { kind: 'pause', ms: 3000 },
      { kind: 'redirect', url: 'https://frontdesk.test/next?a=1', method: 'POST' },
      { kind: 'hangup' },
      { kind: 'reject', status: 'no-answer' },
      { kind: 'reject', status: 'busy' },
    ]);
  });

  it('connects a stream with its parameters', () => {
    expect(read(stream('url="wss://x.test/m/b1/t" name="n"', '<Parameter name="a" value="b"/>'))).toEqual([
      { kind: 'stream', url: 'wss://x.test/m/b1/t', name: 'n', parameters: { a: 'b' }, statusCallback: undefined },
    ]);
  });

  it('records until silence, a key or the limit', () => {
    expect(read('<Record action="/done" timeout="2" maxLength="30" playBeep="false"/>')).toEqual([
      {
        kind: 'record',
        action: { url: 'https://frontdesk.test/done', method: 'POST' },
        timeoutMs: 2000,
        maxLengthMs: 30_000,
        finishOnKey: '1234567890*#',
        playBeep: false,
        statusCallback: undefined,
      },
    ]);
  });

  it('gathers keys while it speaks', () => {
    expect(
      read('<Gather numDigits="1" timeout="1" action="/key"><Say>Press</Say><Pause length="2"/></Gather>'),
    ).toEqual([
      {
        kind: 'gather',
        prompts: [
          { kind: 'say', text: 'Press', times: 1 },
          { kind: 'pause', ms: 2000 },
        ],
        action: { url: 'https://frontdesk.test/key', method: 'POST' },
        timeoutMs: 1000,
        numDigits: 1,
        finishOnKey: '#',
        actionOnEmptyResult: false,
      },
    ]);
  });

  it('dials a number', () => {
    expect(read('<Dial action="/dialed" timeout="20"><Number>+13125550143</Number></Dial>')).toEqual([
      {
        kind: 'dial',
        number: '+13125550143',
        action: { url: 'https://frontdesk.test/dialed', method: 'POST' },
        timeoutMs: 20_000,
      },
    ]);
  });

  it('is run as our own documents are written', () => {
    const at = (path: string) => `https://frontdesk.test${path}`;
    const kinds = (twiml: string) => parseTwiml(twiml).map((element) => readVerb(element, url).kind);
    expect(kinds(holdTwiml({ text: 'Wait.', pauseSeconds: 2, pollUrl: at('/hold') }))).toEqual(['gather', 'redirect']);
    const person = { text: 'One moment.', number: '+13125550143', timeoutSeconds: 20, dialedUrl: at('/dialed') };
    expect(kinds(dialTwiml(person))).toEqual(['say', 'dial']);
    const message = { greeting: 'Speak.', recordedUrl: at('/r'), recordingStatusUrl: at('/s#rc=5&rp=all') };
    expect(kinds(voicemailTwiml({ ...message, lastWords: 'Bye.' }))).toEqual(['say', 'record', 'say', 'hangup']);
  });

  it('may be empty', () => {
    expect(parseTwiml('')).toEqual([]);
    expect(parseTwiml('<Response/>')).toEqual([]);
  });

  it.each([
    ['is not XML', 'hello', 12100],
    ['has an open element', '<Response><Say>hi</Response>', 12100],
    ['starts with a space before its declaration', ' <?xml version="1.0"?><Response/>', 12100],
    ['has another root', '<response/>', 12100],
    ['has an unknown verb', document('<Shout>hi</Shout>'), 12200],
    ['has a verb in lower case', document('<say>hi</say>'), 12200],
    ['has a verb nobody simulates', document('<Enqueue>support</Enqueue>'), 12200],
    ['dials without saying that it is a number', document('<Dial>+13125550143</Dial>'), 12200],
    ['gathers what is not nested there', document('<Gather><Hangup/></Gather>'), 12200],
    ['has an unknown attribute', document('<Say loudness="9">hi</Say>'), 12200],
    ['has an unknown nested element', document('<Connect><Socket url="wss://x.test/"/></Connect>'), 12200],
    ['has text where none belongs', document('<Hangup>now</Hangup>'), 12200],
    ['says nothing', document('<Say></Say>'), 12200],
  ])('that %s is refused', (_, text, code) => {
    expect(() => parseTwiml(text)).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    ['streams to ws:', stream('url="ws://x.test/m"'), 31922],
    ['streams to nowhere', stream('url="x"'), 31923],
    ['streams with a query', stream('url="wss://x.test/m?token=1"'), 31920],
    ['streams another track', stream('url="wss://x.test/m" track="both_tracks"'), 31941],
    ['has a parameter without value', stream('url="wss://x.test/m"', '<Parameter name="a"/>'), 12200],
    [
      'has a parameter that is too long',
      stream('url="wss://x.test/m"', `<Parameter name="a" value="${'x'.repeat(499)}"/>`),
      12200,
    ],
    ['connects nothing', '<Connect></Connect>', 12200],
    ['redirects to no web address', '<Redirect>ftp://x.test/</Redirect>', 11100],
    ['pauses for a word', '<Pause length="long"/>', 12200],
    ['gathers no keys', '<Gather numDigits="0"/>', 13314],
    ['gathers speech, which is not simulated', '<Gather input="speech"/>', 12200],
    ['dials what is no number', '<Dial><Number>bob</Number></Dial>', 13223],
    ['dials two at once', '<Dial><Number>+13125550143</Number><Number>+13125550144</Number></Dial>', 12200],
    ['rejects for its own reason', '<Reject reason="mood"/>', 12200],
  ])('that %s is refused', (_, inside, code) => {
    expect(() => read(inside)).toThrow(expect.objectContaining({ code }));
  });

  it('given inline has no place for relative addresses', () => {
    expect(() => readVerb(parseTwiml(document('<Record/>'))[0] ?? never(), undefined)).toThrow(
      expect.objectContaining({ code: 11100 }),
    );
    expect(() => readVerb(parseTwiml(document('<Redirect>/x</Redirect>'))[0] ?? never(), undefined)).toThrow(
      expect.objectContaining({ code: 11100 }),
    );
  });
});

function never(): never {
  throw new Error('no verb');
}
