/** What came back, parsed as JSON where it is JSON. */
export interface WebAnswer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** A person's browser: keeps its cookie, and says where its requests come from as browsers do. */
export class Browser {
  cookie: string | undefined;
  private turn = 0;

  /** @param origins Servers behind one address; they are asked in turn. */
  constructor(private readonly origins: readonly string[]) {}

  get<T = unknown>(path: string): Promise<WebAnswer<T>> {
    return this.send('GET', path);
  }

  post<T = unknown>(path: string, body: object = {}): Promise<WebAnswer<T>> {
    return this.send('POST', path, body);
  }

  put<T = unknown>(path: string, body: object): Promise<WebAnswer<T>> {
    return this.send('PUT', path, body);
  }

  patch<T = unknown>(path: string, body: object): Promise<WebAnswer<T>> {
    return this.send('PATCH', path, body);
  }

  delete<T = unknown>(path: string): Promise<WebAnswer<T>> {
    return this.send('DELETE', path);
  }

  /** @param headers Replace or join those a browser sends from the web app's own page. */
  async send<T>(
    method: string,
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = { 'sec-fetch-site': 'same-origin' },
  ): Promise<WebAnswer<T>> {
    const response = await this.fetch(method, path, body, headers);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as T };
  }

  async download(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; headers: Headers; bytes: Buffer }> {
    const response = await this.fetch(method, path, body, { 'sec-fetch-site': 'same-origin' });
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  /** Sends files as a form does, by the name they get. */
  async upload<T = unknown>(
    path: string,
    field: string,
    files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  ): Promise<WebAnswer<T>> {
    const form = new FormData();
    for (const { name, bytes } of files) form.append(field, new Blob([Uint8Array.from(bytes)]), name);
    const response = await fetch(`${this.origins[this.turn++ % this.origins.length]}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin', ...(this.cookie !== undefined && { cookie: this.cookie }) },
      body: form,
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as T };
  }

  private async fetch(
    method: string,
    path: string,
    body: object | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const response = await fetch(`${this.origins[this.turn++ % this.origins.length]}/api/v1/${path}`, {
      method,
      headers: {
        ...(this.cookie !== undefined && { cookie: this.cookie }),
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body && JSON.stringify(body),
    });
    const set = response.headers.getSetCookie().find((cookie) => cookie.startsWith('bookorbit_login='));
    if (set !== undefined) this.cookie = set.split(';')[0];
    return response;
  }
}
