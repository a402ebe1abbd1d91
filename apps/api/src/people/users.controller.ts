import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { UserSummary } from '@bookorbit/contracts';
import { DataSource } from 'typeorm';
import { WebAccess } from '../auth/index.ts';
import { Id } from '../http/index.ts';
import { ChangeUser } from './change-user.ts';
import { CreateUser } from './create-user.ts';
import { NewUserDto, PasswordResetDto, UserChangeDto } from './people.dto.ts';
import { UserRepository } from './user.repository.ts';

@ApiTags('Users')
@Controller('users')
@WebAccess('manage_users')
export class UsersController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: UserRepository,
    private readonly createUser: CreateUser,
    private readonly changeUser: ChangeUser,
  ) {}

  @Get()
  list(): Promise<UserSummary[]> {
    return this.users.list(this.dataSource.manager);
  }

  @Post()
  async create(@Body() body: NewUserDto): Promise<{ id: number }> {
    return { id: await this.createUser.create(body) };
  }

  @Patch(':id')
  @HttpCode(204)
  async change(@Id() id: number, @Body() body: UserChangeDto): Promise<void> {
    await this.changeUser.change(id, body);
  }

  @Put(':id/password')
  @HttpCode(204)
  async resetPassword(@Id() id: number, @Body() body: PasswordResetDto): Promise<void> {
    await this.changeUser.resetPassword(id, body.password);
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Id() id: number): Promise<void> {
    await this.changeUser.delete(id);
  }
}
