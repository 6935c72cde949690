"""Runs the parts of one installation as child processes, and leaves none behind."""

from halfminute.main.supervisor.child import Child, ChildSpec
from halfminute.main.supervisor.register import ProcessRegister
from halfminute.main.supervisor.supervisor import ChildKeepsFailing, Supervisor

__all__ = ["Child", "ChildKeepsFailing", "ChildSpec", "ProcessRegister", "Supervisor"]
