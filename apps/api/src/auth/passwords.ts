import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import bcrypt from 'bcrypt';

/** Work factor of bcrypt; 2^11 rounds cost about a tenth of a second on a small server. */
const ROUNDS = 11;

/** Slow hashes of passwords. What goes in is digested first, so that bcrypt's limit of 72 bytes never cuts a long one. */
@Injectable()
export class Passwords {
  // A hash of nothing anybody can type: comparing against it takes as long as against a real one.
  private readonly decoy = bcrypt.hashSync('decoy', ROUNDS);

  hash(password: string): Promise<string> {
    return bcrypt.hash(shortened(password), ROUNDS);
  }

  /** @param hash Absent for an unknown name: takes the same time and is never right. */
  async isRight(password: string, hash: string | undefined): Promise<boolean> {
    const matches = await bcrypt.compare(shortened(password), hash ?? this.decoy);
    return matches && hash !== undefined;
  }
}

/** 44 ASCII characters, whatever the length; NUL bytes, which would end bcrypt's input, cannot appear. */
function shortened(password: string): string {
  return createHash('sha256').update(password, 'utf8').digest('base64');
}
