/** Fails with the whole answer when it is not of the status expected. */
export function expectStatus(answer: { readonly status: number; readonly body: unknown }, status: number): void {
  if (answer.status !== status) {
    throw new Error(`Expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body).slice(0, 500)}`);
  }
}

/** Asks until the answer is right, for what happens in the background. */
export async function until<T>(ask: () => Promise<T | undefined | false>, what: string, seconds = 30): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`Waited ${seconds} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
