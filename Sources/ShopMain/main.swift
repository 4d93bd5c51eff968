import Glibc
import Shop

exit(ShopCommand.main(Array(CommandLine.arguments.dropFirst())))
