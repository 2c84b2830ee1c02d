import { describe, expect, test } from 'vitest';
import { checkStrictSchema } from './strict-schema.ts';
import { factsOf, fillSchema } from './summary.ts';
import { readTranscript } from './transcript.ts';

const CALL = `<transcript>
[00:00] Receptionist: Hi, this is Bluebird, how can I help you?
[00:03] Caller: How much is a tune-up?
[00:05] (tool search_knowledge {"query":"tune-up"} → ok: {"passages":[]})
[00:06] Receptionist: A tune-up costs $129. Anything — (interrupted)
[00:09] Caller: Great, I'd like an appointment. My name is Ada Park.
[00:12] (tool book_slot {"slot":"s1","name":"Ada Park"} → ok: {"booked":true})
[00:14] Receptionist: You're booked for Friday, December 4 at 9 AM with Dana. Anything else?
</transcript>
The call ended: goodbye.`;

describe('a summary', () => {
  test('says what the transcript says', () => {
    expect(factsOf(readTranscript(CALL))).toMatchObject({
      callerName: 'Ada Park',
      outcome: 'appointment_booked',
      intent: 'book an appointment',
      sentiment: 'positive',
      followUps: [],
      summary:
        'Ada Park asked: "How much is a tune-up?" Ada Park booked an appointment for Friday, December 4 at 9 AM with Dana.',
    });
  });

  // A booking that failed must not become one in the summary.
  test('books nothing the tool did not book', () => {
    const failed = readTranscript(`Caller: Book an appointment.
(tool book_slot {"slot":"s1"} → unavailable: {"error":"unavailable"})
Receptionist: I'm sorry, I can't reach the calendar right now. Shall somebody call you back?
Caller: Yes.
Receptionist: Somebody will call you back. Anything else?`);
    expect(factsOf(failed)).toMatchObject({
      outcome: 'no_outcome',
      followUps: ['Call the caller back'],
      summary: 'The caller wanted an appointment, but none was booked. The caller was promised a call back.',
    });
  });

  test('has the preferences the caller named, in their words, once each', () => {
    const said = readTranscript(`Receptionist: I prefer to ask.
Caller: I prefer mornings, please. And I'd prefer Dana.
Caller: As I said, I prefer mornings.`);
    expect(factsOf(said).preferences).toEqual(['mornings', 'Dana']);
    expect(factsOf(readTranscript(CALL)).preferences).toEqual([]);
  });

  test('takes transcripts as JSON as well', () => {
    const json = JSON.stringify([{ role: 'caller', text: 'I am Noor.' }]);
    expect(factsOf(readTranscript(`Summarise: ${json}`)).callerName).toBe('Noor');
  });

  test('fits any strict schema, unknown properties left empty', () => {
    const schema = checkStrictSchema('x', {
      type: 'object',
      additionalProperties: false,
      required: ['caller_name', 'outcome', 'score', 'urgent', 'extra', 'nested'],
      properties: {
        caller_name: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        outcome: { type: 'string', enum: ['something_else', 'appointment_booked'] },
        score: { type: 'number' },
        urgent: { type: 'boolean' },
        extra: { type: ['string', 'null'] },
        nested: {
          type: 'object',
          additionalProperties: false,
          required: ['topics'],
          properties: { topics: { type: 'array', items: { type: 'string' } } },
        },
      },
    });
    expect(fillSchema(schema, factsOf(readTranscript(CALL)))).toEqual({
      caller_name: 'Ada Park',
      outcome: 'appointment_booked',
      score: 0,
      urgent: false,
      extra: null,
      nested: { topics: expect.arrayContaining(['appointment']) },
    });
  });
});
