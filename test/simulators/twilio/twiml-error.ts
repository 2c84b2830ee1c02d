/** What Twilio would log as an error of the application, with its code. */
export class TwilioError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }

  override toString(): string {
    return `${this.code} ${this.message}`;
  }
}
