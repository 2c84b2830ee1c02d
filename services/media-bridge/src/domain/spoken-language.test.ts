import { expect, it } from 'vitest';
import { harness, profile } from './call-session.harness.ts';
import { createSpokenLanguage } from './spoken-language.ts';

it('begins with the first, and changes to none that is not the business’s', () => {
  const language = createSpokenLanguage(['en-US', 'es', 'pt-BR']);
  expect([language.tag(), language.name()]).toEqual(['en-US', 'American English']);
  expect(language.change('Spanish')).toBe('es');
  expect(language.change('pt')).toBe('pt-BR');
  expect(language.change('fr')).toBeUndefined();
  expect(language.tag()).toBe('pt-BR');
  expect(language.change('en')).toBe('en-US');
});

it('is recorded with the call', () => {
  const agent = { ...profile.agent, languages: ['en', 'es'] };
  const call = harness({ profile: { ...profile, agent } });
  call.answer();
  const args = '{"language":"es"}';
  call.engine({ kind: 'tool_call', responseId: 'r1', toolCallId: 't1', name: 'change_language', arguments: args });
  expect(call.commands('tool_output')[0]).toMatchObject({
    output: '{"language":"es","speak":"Spanish"}',
    answer: true,
  });
  const other = '{"language":"fr"}';
  call.engine({ kind: 'tool_call', responseId: 'r1', toolCallId: 't2', name: 'change_language', arguments: other });
  expect(call.commands('tool_output')[1]?.output).toContain('Go on in Spanish');
  call.receive({ kind: 'stream_stopped' });
  expect(call.all('ended')[0]?.ending.language).toBe('es');
});

it('is changed only where the change is on offer', () => {
  const call = harness();
  call.answer();
  expect(call.commands('configure')[0]?.settings.tools.map(({ name }) => name)).not.toContain('change_language');
});

// Another bridge goes on with the call in the language it had got to.
it('is the one the call had come to, when it was another bridge’s', () => {
  const change = {
    kind: 'tool' as const,
    toolCallId: 't1',
    name: 'change_language',
    arguments: '{"language":"Spanish"}',
    outcome: 'ok' as const,
    output: '{"language":"es","speak":"Spanish"}',
    startedAtMs: 0,
    endedAtMs: 0,
  };
  expect(createSpokenLanguage(['en', 'es'], [change]).tag()).toBe('es');
  const refusal = { ...change, outcome: 'refused' as const, output: '{"error":"not_found"}' };
  expect(createSpokenLanguage(['en', 'es'], [refusal]).tag()).toBe('en');
});
