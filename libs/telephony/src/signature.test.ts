import { describe, expect, it } from 'vitest';
import { isSignedUpgrade, isSignedWebhook } from './signature.ts';

// Published and reproduced signatures, all made with the auth token 12345.
const authToken = '12345';
const form = {
  authToken,
  signature: 'L/OH5YylLD5NRKLltdqwSvS0BnU=',
  url: 'https://example.com/myapp.php?foo=1&bar=2',
  params: {
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675310',
    Digits: '1234',
    From: '+14158675310',
    To: '+18005551212',
  },
};
const withoutSlash = 'jFDHVhI8XO69C49uXR3xmdZPylY=';
const withSlash = 'BXF4dPv/qKwfALEQ/o2fVPPvK/c=';

describe('a webhook', () => {
  it('is Twilio’s when the signature is right', () => {
    expect(isSignedWebhook(form)).toBe(true);
  });

  it('may carry connection overrides, which are not signed', () => {
    expect(isSignedWebhook({ ...form, url: `${form.url}#rc=5&rp=all` })).toBe(true);
  });

  it.each([
    ['has no signature', { signature: undefined }],
    ['has an empty one', { signature: '' }],
    ['was signed with another token', { authToken: '12346' }],
    ['was signed for another address', { url: 'https://example.org/myapp.php?foo=1&bar=2' }],
    ['lost a parameter', { params: { ...form.params, Digits: '' } }],
    ['gained a parameter', { params: { ...form.params, Extra: '1' } }],
    ['comes to an address that is none', { url: 'https://[/' }],
    ['meets no configured token', { authToken: '' }],
  ])('is refused when it %s', (_, change) => {
    expect(isSignedWebhook({ ...form, ...change })).toBe(false);
  });
});

describe('the upgrade of a media socket', () => {
  const url = 'wss://voice.example.com/media';

  // Twilio documents that it may sign with a trailing slash that the TwiML does not have.
  it.each([
    [url, withoutSlash],
    [url, withSlash],
    [`${url}/`, withSlash],
    [`${url}/`, withoutSlash],
    ['https://voice.example.com/media', withoutSlash],
  ])('to %s is Twilio’s with %s', (address, signature) => {
    expect(isSignedUpgrade({ authToken, signature, url: address })).toBe(true);
  });

  it.each([
    ['without a signature', { signature: undefined }],
    ['with another token', { authToken: 'x' }],
    ['to another path', { url: 'wss://voice.example.com/other' }],
  ])('%s is refused', (_, change) => {
    expect(isSignedUpgrade({ authToken, signature: withoutSlash, url, ...change })).toBe(false);
  });
});
