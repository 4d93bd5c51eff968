internal import Commands
internal import Glibc

exit(GatewayCommand.main(Array(CommandLine.arguments.dropFirst())))
