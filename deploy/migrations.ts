/** Every service's migrations, in one place for whoever sets up a database: the embedded stack, a deployment's job. */
import { migrations as booking } from '@frontdesk/booking/service';
import { migrations as businessProfile } from '@frontdesk/business-profile/service';
import { migrations as callerProfile } from '@frontdesk/caller-profile/service';
import { type MigrateOptions, migrate, type ServiceMigrations } from '@frontdesk/persistence';
import { migrations as transcript } from '@frontdesk/transcript/service';

const migrations: Readonly<Record<string, ServiceMigrations>> = {
  booking,
  'business-profile': businessProfile,
  'caller-profile': callerProfile,
  transcript,
};

/** The services that keep something in PostgreSQL. */
export const statefulServices: readonly string[] = Object.keys(migrations);

/** Of a service's two roles: the one bound to a tenant, and the one without. */
export interface RolePasswords {
  tenant: string;
  system: string;
}

/** @param databaseUrl of a role that may create schemas and roles. Repeatable: what was done is not done again. */
export async function migrateAll(
  databaseUrl: string,
  passwords: Readonly<Record<string, RolePasswords>>,
  log: MigrateOptions['log'],
): Promise<void> {
  for (const [service, own] of Object.entries(migrations)) {
    const schema = service.replaceAll('-', '_');
    await migrate({ databaseUrl, service: schema, migrations: own, rolePasswords: passwords[service], log });
  }
}
