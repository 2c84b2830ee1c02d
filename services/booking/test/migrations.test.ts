/** Pins appointments of an earlier release that nothing keeps others out of any more. */
import { migrate } from '@frontdesk/persistence';
import { createTestDatabase } from '@frontdesk/persistence/testing';
import pg from 'pg';
import { expect, it } from 'vitest';
import { migrations } from '../src/service.ts';

const BEFORE_ALLOCATIONS = '20261121T130500-appointments-by-customer';
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

it('gives appointments that were there their allocations, and refuses those of a release that makes none', async () => {
  const names = Object.keys(migrations).filter((name) => name <= BEFORE_ALLOCATIONS);
  const earlier = Object.fromEntries(Object.entries(migrations).filter(([name]) => names.includes(name)));
  await using database = await createTestDatabase({ service: 'booking', migrations: earlier });
  const db = new pg.Client({ connectionString: database.systemUrl });
  await db.connect();
  try {
    const insert = (status: string, code: string) => `
      insert into booking.appointments (business_id, resource_id, service_id, starts_at, ends_at, during, status,
        customer_name, confirmation_code)
      select 'b1', r.id, s.id, at, at + interval '1 hour', tstzrange(at, at + interval '1 hour'), '${status}', 'Robin',
        '${code}'
      from booking.resources r, booking.services s, (select timestamptz '2026-12-03 15:00Z') as start(at)`;
    await db.query(`select set_config('app.actor', 'system:test', false)`);
    await db.query(`insert into booking.resources (business_id, name) values ('b1', 'Dana')`);
    await db.query(`insert into booking.services (business_id, name, description, duration_minutes,
      buffer_before_minutes, buffer_after_minutes) values ('b1', 'Tune-up', '', 60, 0, 0)`);
    await db.query(insert('cancelled', 'HJ234'));
    await db.query(insert('confirmed', 'HJ236'));

    await migrate({ databaseUrl: database.ownerUrl, service: 'booking', migrations, log: silent });

    const { rows } = await db.query('select active from booking.allocations order by active');
    expect(rows).toEqual([{ active: false }, { active: true }]);
    await expect(db.query(insert('confirmed', 'HJ237'))).rejects.toMatchObject({ code: '23514' });
  } finally {
    await db.end();
  }
});
