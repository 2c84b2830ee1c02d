/**
 * Twilio repeats a webhook when it thinks the first one was lost; the repeat must get the answer of the first, not a
 * second reservation. Answers are kept for as long as Twilio may still repeat (15 s, a few tries), bounded.
 */
export interface RecentAnswers {
  /** The answer of the first request with this key, or the one `work` gives. A failed one is not kept. */
  once(key: string, nowMs: number, work: () => Promise<string>): Promise<string>;
}

export function createRecentAnswers({ keepMs = 60_000, most = 10_000 } = {}): RecentAnswers {
  const answers = new Map<string, { askedAtMs: number; answer: Promise<string> }>();

  function forgetOld(nowMs: number): void {
    // A Map iterates in insertion order, so the oldest come first.
    for (const [key, { askedAtMs }] of answers) {
      if (nowMs - askedAtMs <= keepMs && answers.size <= most) return;
      answers.delete(key);
    }
  }

  return {
    once(key, nowMs, work) {
      forgetOld(nowMs);
      const known = answers.get(key);
      if (known) return known.answer;
      const answer = work();
      answers.set(key, { askedAtMs: nowMs, answer });
      answer.catch(() => answers.delete(key));
      return answer;
    },
  };
}
