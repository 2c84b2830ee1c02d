/** Where a sealed secret belongs. A sealed text that is copied to another place does not open there. */

/** Also read by gateways: the directory's contract says that the token is tied to its account. */
export function twilioTokenPlace(accountSid: string): string {
  return accountSid;
}

export function accountSeedPlace(businessId: string): string {
  return `${businessId}/nats-account-seed`;
}
