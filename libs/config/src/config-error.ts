/** The environment does not describe a runnable process. The message names every variable that is wrong, never a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly { variable: string; problem: string }[];

  constructor(problems: readonly { variable: string; problem: string }[]) {
    super(`bad configuration:\n${problems.map(({ variable, problem }) => `  ${variable} ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}
