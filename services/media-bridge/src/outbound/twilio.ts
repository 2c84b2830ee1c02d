/** Twilio's REST API, through its official client: tells a call that it should ask what comes next. */
import type { KeyRing } from '@frontdesk/secrets';
import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';

export interface TwilioAccount {
  accountSid: string;
  /** Sealed for its account's SID, as in the directory. */
  authTokenEncrypted: string;
}

export interface TwilioCalls {
  /**
   * Sends the call to another document at once, whatever it is doing.
   * @returns false when there is no such call any more
   * @throws when Twilio refuses or is not there
   */
  redirect(account: TwilioAccount, callSid: string, url: string): Promise<boolean>;
}

const API_URL = 'https://api.twilio.com';
const TIMEOUT_MS = 3_000;
/** Twilio's code for a call that is over. */
const NOT_IN_PROGRESS = 21_220;
const { RestException } = twilio;

/** @param apiUrl in place of the public one */
export function createTwilioCalls(keyRing: KeyRing, apiUrl: string | undefined): TwilioCalls {
  return {
    async redirect({ accountSid, authTokenEncrypted }, callSid, url) {
      const authToken = keyRing.decrypt(authTokenEncrypted, accountSid);
      const httpClient = new TwilioHttp(apiUrl);
      const client = twilio(accountSid, authToken, { httpClient });
      try {
        await client.calls(callSid).update({ url, method: 'POST' });
        return true;
      } catch (error) {
        if (error instanceof RestException && error.code === NOT_IN_PROGRESS) return false;
        throw error;
      }
    },
  };
}

/** The client knows only Twilio's own host; this one can bring its requests to another. */
class TwilioHttp extends twilio.RequestClient {
  readonly #apiUrl: string;

  constructor(apiUrl = API_URL) {
    super({ timeout: TIMEOUT_MS });
    this.#apiUrl = apiUrl;
  }

  override request<T>(options: RequestClient.RequestOptions<T>) {
    return super.request<T>({ ...options, uri: options.uri.replace(API_URL, this.#apiUrl) });
  }
}
