import { type LibraryChange, LIMITS, type NewLibrary } from '@bookorbit/contracts';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsString, Length, Matches, MaxLength } from 'class-validator';
import { IsStorableText, Optional } from '../http/index.ts';

const { libraryNameLength: name } = LIMITS;
/** As long as a path can be on Linux. */
const PATH_LENGTH = 4096;
const MOST_FOLDERS = 100;

function IsLibraryName(): PropertyDecorator {
  return (target, property) => {
    IsString()(target, property);
    IsStorableText()(target, property);
    Length(name.min, name.max, { message: `The name needs ${name.min} to ${name.max} characters.` })(target, property);
    Matches(/\S/, { message: 'The name needs a visible character.' })(target, property);
  };
}

function AreFolders(): PropertyDecorator {
  return (target, property) => {
    IsArray()(target, property);
    ArrayMinSize(1, { message: 'Choose at least one folder.' })(target, property);
    ArrayMaxSize(MOST_FOLDERS)(target, property);
    IsString({ each: true })(target, property);
    IsStorableText()(target, property);
    MaxLength(PATH_LENGTH, { each: true })(target, property);
  };
}

export class NewLibraryDto implements NewLibrary {
  @IsLibraryName()
  readonly name: string;

  @AreFolders()
  readonly folders: readonly string[];
}

export class LibraryChangeDto implements LibraryChange {
  @Optional()
  @IsLibraryName()
  readonly name?: string;

  @Optional()
  @AreFolders()
  readonly folders?: readonly string[];
}

export class FolderQueryDto {
  @Optional()
  @IsString()
  @IsStorableText()
  @MaxLength(PATH_LENGTH)
  readonly path?: string;
}
