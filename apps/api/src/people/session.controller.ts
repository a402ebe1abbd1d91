import { Body, Controller, Delete, Get, HttpCode, Post, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { SessionState } from '@bookorbit/contracts';
import type { Request, Response } from 'express';
import { DataSource } from 'typeorm';
import { CurrentUser, Logins, PublicAccess, type UserPrincipal, WebAccess } from '../auth/index.ts';
import { SERVER_VERSION } from '../config/index.ts';
import { CreateUser } from './create-user.ts';
import { CredentialsDto, NewAdminDto, PasswordChangeDto } from './people.dto.ts';
import { SignIn } from './sign-in.ts';
import { UserRepository } from './user.repository.ts';

@ApiTags('Signing in')
@Controller()
export class SessionController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: UserRepository,
    private readonly createUser: CreateUser,
    private readonly signIn: SignIn,
    private readonly logins: Logins,
  ) {}

  /** Public: the page must learn whether to show set-up, sign-in or the books. */
  @Get('session')
  @PublicAccess()
  async state(@Req() request: Request): Promise<SessionState> {
    const user = await this.logins.find(request);
    const isSetupNeeded = !user && !(await this.users.hasAnyUser(this.dataSource.manager));
    return {
      isSetupNeeded,
      serverVersion: SERVER_VERSION,
      ...(user && { user: { id: user.userId, username: user.username, permissions: user.permissions } }),
    };
  }

  /** Public: there is nobody yet who could sign in. Refused once there is. */
  @Post('setup')
  @PublicAccess()
  @HttpCode(200)
  async setup(
    @Body() body: NewAdminDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionState> {
    await this.createUser.createFirstAdmin(body.username, body.password, (tx, userId) =>
      this.logins.begin(tx, userId, request, response),
    );
    return this.stateOf(body.username);
  }

  /** Public: this is how to sign in. */
  @Post('session')
  @PublicAccess()
  @HttpCode(200)
  async begin(
    @Body() body: CredentialsDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionState> {
    await this.signIn.run(body.username, body.password, request, response);
    return this.stateOf(body.username);
  }

  /** Public: signing out twice does no harm. */
  @Delete('session')
  @PublicAccess()
  @HttpCode(204)
  async end(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    await this.logins.end(request, response);
  }

  @Put('session/password')
  @WebAccess()
  @HttpCode(204)
  async changePassword(
    @CurrentUser() user: UserPrincipal,
    @Body() body: PasswordChangeDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.signIn.changePassword(user.userId, body, request, response);
  }

  private async stateOf(username: string): Promise<SessionState> {
    const user = await this.users.findByName(this.dataSource.manager, username);
    return {
      isSetupNeeded: false,
      serverVersion: SERVER_VERSION,
      ...(user && { user: { id: user.id, username: user.username, permissions: user.permissions } }),
    };
  }
}
