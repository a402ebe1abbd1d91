import { ConnectionLost, type SimulatedAnswer, type SimulatedPerson } from './server.ts';

/** What goes wrong with one request of a conversation. */
export type Trouble = 'none' | 'requestLost' | 'answerLost' | 'repeated' | 'late' | 'crash';

/** A request that reached the server. */
export interface Delivery {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** When it was sent and when it arrived, by the true clock. */
  readonly sentAt: number;
  readonly arrivedAt: number;
  /** Undefined when the server was killed while it worked on it. */
  readonly status: number | undefined;
}

interface LateRequest {
  readonly sentAt: number;
  deliver(): Promise<void>;
}

/** Carries requests of devices, and loses, repeats and delays some. */
export class Courier {
  /** Requests that are still on their way; the order in which they arrive is not that in which they were sent. */
  readonly late: LateRequest[] = [];
  private readonly person: SimulatedPerson;
  private readonly now: () => number;
  private readonly crash: (() => Promise<void>) | undefined;
  private readonly delivered: (delivery: Delivery) => void;

  constructor(
    person: SimulatedPerson,
    now: () => number,
    crash: (() => Promise<void>) | undefined,
    delivered: (delivery: Delivery) => void,
  ) {
    this.person = person;
    this.now = now;
    this.crash = crash;
    this.delivered = delivered;
  }

  /** @returns How one conversation is carried: its request number `at` meets `trouble`. */
  line(trouble: Trouble, at: number): Line {
    return new Line(this, trouble, at);
  }

  /** @throws ConnectionLost */
  async carry(method: 'GET' | 'POST' | 'PUT', path: string, body: object, trouble: Trouble): Promise<SimulatedAnswer> {
    const sentAt = this.now();
    // As over the wire: what changes on the device afterwards is not in it.
    const wire = JSON.parse(JSON.stringify(body)) as Record<string, unknown>;
    const send = () => this.send(method, path, wire, sentAt);
    switch (trouble) {
      case 'none':
        return send();
      case 'requestLost':
        throw new ConnectionLost('the request was lost');
      case 'answerLost':
        await send();
        throw new ConnectionLost('the answer was lost');
      case 'repeated':
        await send();
        return send();
      case 'late':
        this.late.push({
          sentAt,
          deliver: async () => {
            await send();
          },
        });
        throw new ConnectionLost('the request is on its way');
      case 'crash':
        return this.sendIntoCrash(send);
    }
  }

  /** Killed at a chance moment: the request may be stored, half done, or never read. */
  private async sendIntoCrash(send: () => Promise<SimulatedAnswer>): Promise<SimulatedAnswer> {
    if (!this.crash) return send();
    const answer = send().catch((error: unknown) => error);
    await this.crash();
    const outcome = await answer;
    // What cannot be known is sent again, as every device does with what was not answered.
    return outcome instanceof Error ? send() : (outcome as SimulatedAnswer);
  }

  private async send(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body: Record<string, unknown>,
    sentAt: number,
  ): Promise<SimulatedAnswer> {
    const arrivedAt = this.now();
    try {
      const answer = await this.person.device(method, path, method === 'GET' ? undefined : body);
      this.delivered({ path, body, sentAt, arrivedAt, status: answer.status });
      return answer;
    } catch (error) {
      this.delivered({ path, body, sentAt, arrivedAt, status: undefined });
      throw error;
    }
  }
}

/** One conversation of a device with the server. */
export class Line {
  private readonly courier: Courier;
  private readonly trouble: Trouble;
  private readonly at: number;
  private count = 0;

  constructor(courier: Courier, trouble: Trouble, at: number) {
    this.courier = courier;
    this.trouble = trouble;
    this.at = at;
  }

  /** @throws ConnectionLost, or an error that says what the server refused: nothing a device sends here is wrong. */
  async ask<T>(method: 'GET' | 'POST' | 'PUT', path: string, body: object = {}): Promise<T> {
    const trouble = this.count === this.at ? this.trouble : 'none';
    this.count += 1;
    const answer = await this.courier.carry(method, path, body, trouble);
    if (answer.status !== 200) {
      throw new Error(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer.body as T;
  }
}
