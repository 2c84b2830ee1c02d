/** The release this process runs: announced by every service and bridge. Release N talks to release N + 1. */
export const RELEASE = '0.1.0';
