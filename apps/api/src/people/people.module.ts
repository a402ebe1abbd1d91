import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.ts';
import { ChangeUser } from './change-user.ts';
import { CreateUser } from './create-user.ts';
import { SessionController } from './session.controller.ts';
import { SignIn } from './sign-in.ts';
import { UserRepository } from './user.repository.ts';
import { UsersController } from './users.controller.ts';

/** The people who use the web app: the first admin, signing in, users and what they may. */
@Module({
  imports: [AuthModule],
  controllers: [SessionController, UsersController],
  providers: [ChangeUser, CreateUser, SignIn, UserRepository],
  exports: [ChangeUser, CreateUser, UserRepository],
})
export class PeopleModule {}
