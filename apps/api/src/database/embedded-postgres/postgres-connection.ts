/** How to reach a Postgres. `host` is a folder (with a leading `/`) where the server listens on a unix socket. */
export interface PostgresConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** Takes one sentence about what the launcher does; the server prints it in its own log. */
export type Log = (sentence: string) => void;
