import type { NewUser, UserSummary } from '@bookorbit/contracts';

/** The web API as the page uses it, for putting a server into the state a test needs. */
export class WebClient {
  readonly origin: string;
  private cookie = '';

  constructor(origin: string) {
    this.origin = origin;
  }

  async signIn(username: string, password: string): Promise<void> {
    const answer = await this.send('POST', '/session', { username, password });
    this.cookie = answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';', 1)[0])
      .join('; ');
  }

  async get<T>(path: string): Promise<T> {
    return (await (await this.send('GET', path)).json()) as T;
  }

  async post(path: string, body?: unknown): Promise<void> {
    await this.send('POST', path, body);
  }

  async patch(path: string, body: unknown): Promise<void> {
    await this.send('PATCH', path, body);
  }

  async delete(path: string): Promise<void> {
    await this.send('DELETE', path);
  }

  /** Creates a user, and says who it is now. */
  async createUser(user: NewUser): Promise<UserSummary> {
    await this.post('/users', user);
    const users = await this.get<readonly UserSummary[]>('/users');
    const created = users.find(({ username }) => username === user.username);
    if (created === undefined) throw new Error(`${user.username} was not created.`);
    return created;
  }

  private async send(method: string, path: string, body?: unknown): Promise<Response> {
    const answer = await fetch(`${this.origin}/api/v1${path}`, {
      method,
      headers: {
        cookie: this.cookie,
        origin: this.origin,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer;
  }
}
