/** The version devices and people are told. A spec holds it to the one of package.json. */
export const SERVER_VERSION = '0.1.0';
