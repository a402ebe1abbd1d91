import { IsBoolean, IsString, Length, Matches } from 'class-validator';
import { type KoreaderAccountChange, LIMITS, type NewKoreaderAccount } from '@bookorbit/contracts';
import { IsStorableText, Optional } from '../http/index.ts';

const { accountNameLength: name, accountPasswordLength: password } = LIMITS;

export class NewKoreaderAccountDto implements NewKoreaderAccount {
  @IsString()
  @IsStorableText()
  @Length(name.min, name.max, { message: `The name needs ${name.min} to ${name.max} characters.` })
  @Matches(/^[^:\p{C}]*$/u, { message: 'The name may hold no colon and no control characters.' })
  @Matches(/^\S(.*\S)?$/u, { message: 'The name may not begin or end with a space.' })
  readonly username: string;

  @IsString()
  @IsStorableText()
  @Length(password.min, password.max, { message: `The password needs ${password.min} to ${password.max} characters.` })
  readonly password: string;
}

export class KoreaderAccountChangeDto implements KoreaderAccountChange {
  @Optional()
  @IsBoolean()
  readonly isSyncEnabled?: boolean;

  @Optional()
  @IsString()
  @IsStorableText()
  @Length(password.min, password.max, { message: `The password needs ${password.min} to ${password.max} characters.` })
  readonly password?: string;
}
