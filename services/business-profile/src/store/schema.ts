/** The tables of this service as Kysely sees them. What they mean is in the migrations. */
import type { AgentProfile, Fallback, OpeningHours } from '@frontdesk/contracts/business-profile/agent-profile';
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

export interface BusinessProfileSchema {
  businesses: BusinessesTable;
  numbers: NumbersTable;
  documents: DocumentsTable;
  passages: PassagesTable;
  api_keys: ApiKeysTable;
  event_credentials: EventCredentialsTable;
}

/** Parsed with the contract's schema when read. */
type Json<Written> = ColumnType<unknown, Written, Written>;

interface BusinessesTable {
  business_id: string;
  name: string;
  time_zone: string;
  pool: string;
  max_concurrent_calls: number;
  twilio_account_sid: string;
  twilio_auth_token_sealed: string;
  agent: Json<AgentProfile>;
  opening_hours: Json<OpeningHours>;
  caller_trust: string;
  fallback: Json<Fallback>;
  max_call_ms: number;
  facts: Generated<string>;
  search_config: string;
  account_public_key: string;
  account_seed_sealed: string;
  account_jwt: string;
  account_pushed_at: Temporal.Instant | null;
  created_at: Generated<Temporal.Instant>;
  updated_at: Generated<Temporal.Instant>;
}

interface NumbersTable {
  business_id: string;
  number: string;
}

interface DocumentsTable {
  business_id: string;
  id: Generated<string>;
  position: GeneratedAlways<number>;
  title: string;
  text: string;
  updated_at: Generated<Temporal.Instant>;
}

interface PassagesTable {
  business_id: string;
  document_id: string;
  position: number;
  text: string;
  search: string;
}

interface ApiKeysTable {
  business_id: string;
  id: Generated<string>;
  name: string;
  key_hash: string;
  created_at: Generated<Temporal.Instant>;
  revoked_at: Temporal.Instant | null;
}

interface EventCredentialsTable {
  business_id: string;
  id: Generated<string>;
  name: string;
  user_public_key: string;
  created_at: Generated<Temporal.Instant>;
  revoked_at: Temporal.Instant | null;
}
