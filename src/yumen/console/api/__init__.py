"""The admin API under `/v1/organizations/…`, in the shapes of Claude's, with what that lacks in the same style."""

from yumen.console.api.application import admin_application, admin_routes
from yumen.console.api.openapi import describe
from yumen.console.api.services import Services
from yumen.console.api.table import OPERATIONS

__all__ = ["OPERATIONS", "Services", "admin_application", "admin_routes", "describe"]
