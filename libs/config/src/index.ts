export { type CommonConfig, commonConfig, commonVariables } from './common.ts';
export { ConfigError } from './config-error.ts';
export { type DatabaseConfig, databaseConfig, databaseVariables } from './database.ts';
export { environmentWith } from './dot-env.ts';
export { readConfig } from './read-config.ts';
export { duration, file, flag, integer, json, list, port, secret, text, url } from './values.ts';
