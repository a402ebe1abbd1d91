import { createHash } from 'node:crypto';

/** A KOReader with nothing but its own progress sync. */
export interface StockDevice {
  /** Reports a place; `document` is the fingerprint the device computed. Resolves to the HTTP status. */
  push(document: string, percentage: number): Promise<number>;
}

export function stockDevice(origin: string, username: string, password: string, device: string): StockDevice {
  const key = createHash('md5').update(password).digest('hex');
  return {
    async push(document, percentage) {
      const answer = await fetch(`${origin}/api/v1/koreader/syncs/progress`, {
        method: 'PUT',
        headers: {
          accept: 'application/vnd.koreader.v1+json',
          'content-type': 'application/json',
          'x-auth-user': username,
          'x-auth-key': key,
        },
        body: JSON.stringify({
          document,
          percentage,
          progress: '/body/DocFragment[1]/body/p[1]/text().0',
          device,
          device_id: createHash('md5').update(device).digest('hex').toUpperCase(),
        }),
      });
      return answer.status;
    },
  };
}
