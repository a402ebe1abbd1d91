import { IsBoolean, IsString, Length } from 'class-validator';
import { ACCOUNT_NAME_FORMS, type KoreaderAccountChange, LIMITS, type NewKoreaderAccount } from '@bookorbit/contracts';
import { HasForms, IsStorableText, Optional } from '../http/index.ts';

const { accountNameLength: name, accountPasswordLength: password } = LIMITS;

export class NewKoreaderAccountDto implements NewKoreaderAccount {
  @IsString()
  @IsStorableText()
  @Length(name.min, name.max, { message: `The name needs ${name.min} to ${name.max} characters.` })
  @HasForms(ACCOUNT_NAME_FORMS)
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
