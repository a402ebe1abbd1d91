import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  Length,
  Max,
  Min,
} from 'class-validator';
import {
  type Credentials,
  LIMITS,
  type NewUser,
  type PasswordChange,
  type PasswordReset,
  type Permission,
  PERMISSIONS,
  USER_NAME_FORMS,
  type UserChange,
} from '@bookorbit/contracts';
import { HasForms, IsStorableText, Optional } from '../http/index.ts';

const { userNameLength: name, userPasswordLength: password } = LIMITS;
const PASSWORD_LENGTH = { message: `The password needs ${password.min} to ${password.max} characters.` };
const MOST_LIBRARIES = 10_000;

function IsUsername(): PropertyDecorator {
  return (target, property) => {
    IsString()(target, property);
    IsStorableText()(target, property);
    Length(name.min, name.max, { message: `The name needs ${name.min} to ${name.max} characters.` })(target, property);
    HasForms(USER_NAME_FORMS)(target, property);
  };
}

function IsNewPassword(): PropertyDecorator {
  return (target, property) => {
    IsString()(target, property);
    IsStorableText()(target, property);
    Length(password.min, password.max, PASSWORD_LENGTH)(target, property);
  };
}

export class NewAdminDto implements Credentials {
  @IsUsername()
  readonly username: string;

  @IsNewPassword()
  readonly password: string;
}

/** What was typed at sign-in: no rule but those that keep it harmless, so that old accounts stay reachable. */
export class CredentialsDto implements Credentials {
  @IsString()
  @IsStorableText()
  @Length(1, 1000)
  readonly username: string;

  @IsString()
  @IsStorableText()
  @Length(1, password.max)
  readonly password: string;
}

export class PasswordChangeDto implements PasswordChange {
  @IsString()
  @IsStorableText()
  @Length(1, password.max)
  readonly currentPassword: string;

  @IsNewPassword()
  readonly newPassword: string;
}

export class PasswordResetDto implements PasswordReset {
  @IsNewPassword()
  readonly password: string;
}

export class UserChangeDto implements UserChange {
  @Optional()
  @IsBoolean()
  readonly isEnabled?: boolean;

  @Optional()
  @IsArray()
  @ArrayUnique()
  @IsIn(PERMISSIONS, { each: true, message: `permissions may hold ${PERMISSIONS.join(', ')}.` })
  readonly permissions?: readonly Permission[];

  @Optional()
  @IsArray()
  @ArrayMaxSize(MOST_LIBRARIES)
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(2_147_483_647, { each: true })
  readonly libraryIds?: readonly number[];
}

export class NewUserDto implements NewUser {
  @IsUsername()
  readonly username: string;

  @IsNewPassword()
  readonly password: string;

  @IsArray()
  @ArrayUnique()
  @IsIn(PERMISSIONS, { each: true, message: `permissions may hold ${PERMISSIONS.join(', ')}.` })
  readonly permissions: readonly Permission[];

  @IsArray()
  @ArrayMaxSize(MOST_LIBRARIES)
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(2_147_483_647, { each: true })
  readonly libraryIds: readonly number[];
}
