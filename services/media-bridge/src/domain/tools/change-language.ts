import { z } from 'zod';
import { CHANGE_LANGUAGE } from '../spoken-language.ts';
import { refused, type Tool } from './tool.ts';

const changed = z.object({
  language: z
    .string()
    .trim()
    .min(2)
    .max(35)
    .describe('The language the caller speaks, as a BCP 47 tag such as es, or by its English name.'),
});

/** Needs nobody: what is spoken is part of the call, and goes into its record. */
export const changeLanguageTool: Tool = {
  name: CHANGE_LANGUAGE,
  description:
    'Notes that the conversation goes on in another language. Call it when the caller clearly speaks another of your languages, then go on in it.',
  arguments: changed,
  sideEffecting: false,
  unavailable: '',
  unanswered: '',
  plan(args, scene) {
    const { language } = changed.parse(args);
    const spoken = scene.language.change(language);
    if (spoken === undefined) return refused(`You do not speak ${language}. Go on in ${scene.language.name()}.`);
    return { kind: 'answer', outcome: 'ok', output: { language: spoken, speak: scene.language.name() } };
  },
  conclude: () => ({ ok: true }),
};
