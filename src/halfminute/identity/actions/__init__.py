"""Every write of identity, one verb a file."""

from halfminute.identity.actions.create_api_token import create_api_token
from halfminute.identity.actions.create_user import create_user
from halfminute.identity.actions.ensure_first_admin import GeneratedPassword, ensure_first_admin
from halfminute.identity.actions.grant_role import grant_role
from halfminute.identity.actions.remove_old_rows import remove_old_rows
from halfminute.identity.actions.revoke_api_token import revoke_api_token
from halfminute.identity.actions.revoke_role import revoke_role
from halfminute.identity.actions.set_language import set_language
from halfminute.identity.actions.set_password import set_password
from halfminute.identity.actions.set_user_active import set_user_active
from halfminute.identity.actions.sign_in import Opened, sign_in
from halfminute.identity.actions.sign_out import sign_out

__all__ = [
    "GeneratedPassword",
    "Opened",
    "create_api_token",
    "create_user",
    "ensure_first_admin",
    "grant_role",
    "remove_old_rows",
    "revoke_api_token",
    "revoke_role",
    "set_language",
    "set_password",
    "set_user_active",
    "sign_in",
    "sign_out",
]
