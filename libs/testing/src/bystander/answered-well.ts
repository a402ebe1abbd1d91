import type { DeviceAnswer } from '../koreader-device.ts';

/** @throws With the whole answer, when it is not 200. */
export function answeredWell<T>({ status, body }: DeviceAnswer<T>): T {
  if (status !== 200) throw new Error(`A device was answered ${status}: ${JSON.stringify(body).slice(0, 500)}`);
  return body;
}
