/** Set by the bundler from package.json. */
declare const KALENDS_VERSION: string | undefined;

export const version: string = typeof KALENDS_VERSION === 'string' ? KALENDS_VERSION : '0.0.0-source';
