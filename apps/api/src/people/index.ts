export { ChangeUser } from './change-user.ts';
export { CreateUser } from './create-user.ts';
export { NewUserDto, PasswordResetDto } from './people.dto.ts';
export { PeopleModule } from './people.module.ts';
export { UserRepository } from './user.repository.ts';
